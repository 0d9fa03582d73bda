"""A camera for tests: GStreamer's RTSP server, run by the system's Python.

Prints its port when it is ready. Needs the Debian packages gir1.2-gst-rtsp-server-1.0,
gstreamer1.0-plugins-good, -bad and -ugly, and python3-gi.
"""

import argparse
import signal

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import Gio, GLib, Gst, GstRtsp, GstRtspServer  # noqa: E402

ENCODERS = {
    "h264": "x264enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph264pay",
    "h265": "x265enc tune=zerolatency speed-preset=ultrafast key-int-max=25 ! rtph265pay",
    "mjpeg": "jpegenc ! rtpjpegpay",
}


def launch(options: argparse.Namespace) -> str:
    """The pipeline: a test picture, a file as it is, or numbered pictures over and over."""
    if options.file:
        return (
            f"( filesrc location={options.file} ! qtdemux ! h264parse ! "
            "rtph264pay name=pay0 pt=96 config-interval=-1 )"
        )
    if options.pictures:
        caps = f"image/jpeg,framerate={options.rate}/1"
        source = f"multifilesrc location={options.pictures}/%05d.jpg loop=true caps={caps}"
        encoder = ENCODERS[options.codec].replace("=25 ", f"={options.rate} ")
        ready = "jpegdec ! videoconvert ! video/x-raw,format=I420"
        return f"( {source} ! {ready} ! {encoder} name=pay0 pt=96 )"
    source = (
        f"videotestsrc is-live=true pattern=ball ! capsfilter name=size caps={raw(options.size)}"
    )
    encoder = ENCODERS[options.codec].replace("=25 ", f"={options.gop} ")
    return f"( {source} ! {encoder} name=pay0 pt=96 )"


def raw(size: str) -> str:
    width, height = size.split("x")
    return f"video/x-raw,format=I420,width={width},height={height},framerate=25/1"


def resized(media: GstRtspServer.RTSPMedia, size: str) -> bool:
    """Change the size of the pictures while they are sent."""
    filtering = media.get_element().get_by_name("size")
    filtering.set_property("caps", Gst.Caps.from_string(raw(size)))
    return True


def protect(server: GstRtspServer.RTSPServer, factory, user: str, password: str) -> None:
    """Ask for a digest login."""
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "viewer")
    auth.add_digest(user, password, token)
    server.set_auth(auth)
    allow(factory, "viewer")


def allow(factory: GstRtspServer.RTSPMediaFactory, role: str) -> None:
    """Let a role watch."""
    text = f"{role}, media.factory.access=true, media.factory.construct=true"
    factory.add_role_from_structure(Gst.Structure.from_string(text)[0])


def encrypt(server: GstRtspServer.RTSPServer, certificate: str) -> None:
    """Talk TLS."""
    auth = GstRtspServer.RTSPAuth.new()
    auth.set_tls_certificate(Gio.TlsCertificate.new_from_file(certificate))
    token = GstRtspServer.RTSPToken()
    token.set_string("media.factory.role", "anonymous")
    auth.set_default_token(token)
    server.set_auth(auth)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="0")
    parser.add_argument("--codec", choices=ENCODERS, default="h264")
    parser.add_argument("--size", default="320x240")
    parser.add_argument("--gop", type=int, default=25, help="pictures from key to key")
    parser.add_argument("--other-size", help="taken on at SIGUSR1, in mid-stream")
    parser.add_argument("--file")
    parser.add_argument("--pictures", help="folder of 00000.jpg and so on")
    parser.add_argument("--rate", type=int, default=5, help="pictures a second")
    parser.add_argument("--login")
    parser.add_argument("--certificate", help="PEM file with key and certificate")
    options = parser.parse_args()
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(options.port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(launch(options))
    factory.set_shared(not options.file)
    if options.other_size:
        factory.connect(
            "media-configure",
            lambda _, media: GLib.unix_signal_add(
                GLib.PRIORITY_DEFAULT, signal.SIGUSR1, resized, media, options.other_size
            ),
        )
    if options.login:
        protect(server, factory, *options.login.split(":"))
    if options.certificate:
        encrypt(server, options.certificate)
        allow(factory, "anonymous")
    server.get_mount_points().add_factory("/cam", factory)
    server.attach(None)
    print(server.get_bound_port(), flush=True)
    GLib.MainLoop().run()


if __name__ == "__main__":
    main()
