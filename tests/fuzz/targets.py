"""The fuzz targets: fuzz_NAME from NAME.cc."""
from typing import NamedTuple


class Target(NamedTuple):
    name: str
    dictionary: str  # dictionaries/NAME.dict; "" for none
    bytes_max: int   # of an input
    weight: float    # its share of the inputs; what runs faster gets more, so that no target takes most of the time


TARGETS = [
    Target("from_trainer", "protocol", 1024, 8),
    Target("from_worker", "protocol", 1024, 8),
    Target("client", "protocol", 2048, 1),
    Target("session", "protocol", 2048, 1),
    Target("line_channel", "", 512, 8),
    Target("command_template", "command", 256, 32),
    Target("command_result", "protocol", 1024, 6),
    Target("record_json", "protocol", 1024, 8),
    Target("record_rows", "record", 256, 0.5),
    Target("record_views", "record", 256, 0.25),
    Target("constraint", "constraint", 256, 16),
    Target("quantities", "quantities", 64, 32),
    Target("parameter", "parameter", 256, 8),
    Target("space", "constraint", 256, 4),
    Target("experiment", "experiment", 2048, 4),
    Target("checkpoint", "checkpoint", 128, 4),
]
