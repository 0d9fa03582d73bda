"""The result is read back with MediaPipe's own schema."""

import flatbuffers
import numpy as np
import pytest
from mediapipe.tasks.metadata import metadata_schema_py_generated as metadata_schema
from mediapipe.tasks.metadata import schema_py_generated as schema

from vision.errors import ModelError
from vision.pose.tflite import ALIGNMENT, with_normalisation

DATA = bytes(range(200))


def model(metadata_names=(), version=3, description=b"made here"):
    """A TFLite model of one tensor, with metadata entries of these names."""
    made = schema.ModelT()
    made.version, made.description = version, description
    tensor = schema.TensorT()
    tensor.name, tensor.shape, tensor.buffer = b"picture", [1, 8, 8, 3], 1
    graph = schema.SubGraphT()
    graph.tensors, graph.inputs, graph.outputs, graph.operators = [tensor], [0], [0], []
    made.subgraphs, made.operatorCodes = [graph], []
    made.buffers = [schema.BufferT(), schema.BufferT()]
    made.buffers[1].data = np.frombuffer(DATA, np.uint8)
    made.metadata = []
    for name in metadata_names:
        entry = schema.MetadataT()
        entry.name, entry.buffer = name, 1
        made.metadata.append(entry)
    builder = flatbuffers.Builder(0)
    builder.Finish(made.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def parsed(data):
    return schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))


def normalisation(read):
    [entry] = [each for each in read.metadata if each.name == b"TFLITE_METADATA"]
    data = bytes(read.buffers[entry.buffer].data)
    assert metadata_schema.ModelMetadata.ModelMetadataBufferHasIdentifier(data, 0)
    whole = metadata_schema.ModelMetadataT.InitFromObj(
        metadata_schema.ModelMetadata.GetRootAs(data, 0)
    )
    [unit] = whole.subgraphMetadata[0].inputTensorMetadata[0].processUnits
    assert unit.optionsType == metadata_schema.ProcessUnitOptions.NormalizationOptions
    return list(unit.options.mean), list(unit.options.std)


@pytest.mark.parametrize(("mean", "std"), [(127.5, 127.5), (0.0, 255.0)])
def test_the_normalisation_can_be_read_back(mean, std):
    assert normalisation(parsed(with_normalisation(model(), mean, std))) == ([mean], [std])


def test_the_model_itself_stays_as_it_was():
    read = parsed(with_normalisation(model(), 0.0, 255.0))
    assert (read.version, read.description) == (3, b"made here")
    assert read.subgraphs[0].tensors[0].name == b"picture"
    assert bytes(read.buffers[1].data) == DATA
    assert len(read.buffers) == 3


def test_the_old_bytes_follow_the_new_ones_aligned():
    old = model()
    new = with_normalisation(old, 0.0, 255.0)
    assert new.endswith(old)
    assert (len(new) - len(old)) % ALIGNMENT == 0


def test_other_metadata_is_kept_and_an_older_normalisation_replaced():
    old = model([b"min_runtime_version", b"TFLITE_METADATA"])
    read = parsed(with_normalisation(old, 1.0, 2.0))
    assert [entry.name for entry in read.metadata] == [b"min_runtime_version", b"TFLITE_METADATA"]
    assert normalisation(read) == ([1.0], [2.0])


def test_doing_it_twice_leaves_one_normalisation():
    read = parsed(with_normalisation(with_normalisation(model(), 1.0, 2.0), 3.0, 4.0))
    assert normalisation(read) == ([3.0], [4.0])


def test_the_same_input_gives_the_same_bytes():
    assert with_normalisation(model(), 0.0, 255.0) == with_normalisation(model(), 0.0, 255.0)


@pytest.mark.parametrize("data", [b"", b"not a model at all"])
def test_what_is_no_model_is_refused(data):
    with pytest.raises(ModelError, match="TFL3"):
        with_normalisation(data, 0.0, 255.0)
