"""The C library's heap: bounded, and given back."""

import ctypes
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from vision.jobs.heap import ARENAS, Heap

needs_glibc = pytest.mark.skipif(not Heap().is_known, reason="needs the GNU C library")

MANY_THREADS = """
import ctypes, os, re, sys, threading
from vision.jobs.heap import Heap
if sys.argv[1] == "bounded":
    assert Heap().bound()
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
libc.fdopen.restype = ctypes.c_void_p
libc.malloc_info.argtypes, libc.fclose.argtypes = [ctypes.c_int, ctypes.c_void_p], [ctypes.c_void_p]
together = threading.Barrier(12)
def work():
    together.wait()
    libc.malloc(100_000)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[one.start() for one in threads]
[one.join() for one in threads]
read, write = os.pipe()
file = libc.fdopen(write, b"w")
libc.malloc_info(0, file)
libc.fclose(file)
print(len(re.findall("<heap nr", open(read).read())))
"""


def arenas(how):
    """How many arenas a process of twelve threads makes."""
    command = [sys.executable, "-c", MANY_THREADS, how]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return int(run.stdout)


def resident_mib():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 2**20


def fragment(mib):
    """Hold and let go of so much in small pieces; one at the end keeps them from being given back.

    Returns what holds that last piece.
    """
    libc = ctypes.CDLL(None)
    libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
    libc.free.argtypes = [ctypes.c_void_p]
    pieces = [libc.malloc(20_000) for _ in range(mib * 50)]
    for piece in pieces:
        ctypes.memset(piece, 1, 20_000)
    for piece in pieces[:-1]:
        libc.free(piece)
    return lambda: libc.free(pieces[-1])


@needs_glibc
def test_many_threads_share_few_arenas():
    assert arenas("bounded") <= ARENAS < arenas("free")


@needs_glibc
def test_what_is_free_is_given_back():
    let_go = fragment(100)
    before_mib = resident_mib()
    assert Heap().trim()
    assert resident_mib() < before_mib - 60
    let_go()


@needs_glibc
def test_it_is_given_back_again_and_again_while_the_job_runs():
    with Heap().trimmed(every_s=0.05):
        let_go = fragment(100)
        held_mib, until_s = resident_mib(), time.monotonic() + 10
        while resident_mib() > held_mib - 60 and time.monotonic() < until_s:
            time.sleep(0.02)
        assert resident_mib() <= held_mib - 60
        let_go()
    assert not [one for one in threading.enumerate() if "_keep_trim" in one.name]


def test_other_c_libraries_are_left_alone():
    heap = Heap(SimpleNamespace(mallopt=None))
    assert (heap.is_known, heap.bound(), heap.trim()) == (False, False, False)


@needs_glibc
def test_a_refused_setting_is_told():
    library = SimpleNamespace(
        gnu_get_libc_version=None, mallopt=lambda name, value: int(name == -8), malloc_trim=None
    )
    assert Heap(library).bound() is False
