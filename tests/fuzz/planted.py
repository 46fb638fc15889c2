"""Faults to plant into the engine, one at a time: each target must find its own. See `prove`."""
from typing import NamedTuple


class Fault(NamedTuple):
    target: str
    file: str
    right: str
    wrong: str


FAULTS = [
    Fault("from_trainer", "src/core/json.h", "json_integer_max = std::int64_t{1} << 53", "json_integer_max = std::int64_t{1} << 62"),
    Fault("from_trainer", "src/core/printable.cc", "length == 0 || text.size() < length", "length == 0"),  # reads past the end
    Fault("from_worker", "src/trainer/protocol.cc", "turn.weights != Weights::none && !turn.load.exists()", "false"),
    Fault("client", "src/trainer/client.cc", "Failed{turn.id, error.what(), step_}", "Failed{turn.parent, error.what(), step_}"),
    Fault("session", "src/trainer/session_trainer.cc", "batch.asked == Stop::no || report.step", "report.step"),
    Fault("line_channel", "src/trainer/line_channel.cc", "scanned_ = buffer_.size();", "scanned_ = buffer_.size() + 1;"),
    Fault("command_template", "src/trainer/command_template.cc", "used = escaped.size() + 4", "used = escaped.size() + 3"),
    Fault("command_result", "src/trainer/command_result.cc", "if (!overlong_) line_ += part", "if (!overlong_) line_ = part"),
    Fault("record_json", "src/core/json.cc", 'number > 0 ? "Infinity" : "-Infinity"', '"Infinity"'),
    Fault("record_rows", "src/store/sql_rows.cc", "number < 0 || number >= count)", "number < 0 || number >= 100 * count)"),
    Fault("record_views", "src/view/lineage.cc", "turn->sequence >= chain.back()->sequence", "false"),  # an endless walk
    Fault("constraint", "src/core/constraint.cc", ">= rank(lexeme.text)", "> rank(lexeme.text)"),
    Fault("quantities", "src/cli/quantities.cc", "if (bytes > 9e18) return std::nullopt;", ""),  # undefined behaviour
    Fault("parameter", "src/cli/parameter_syntax.cc", "!(number >= -0x1p53 && number <= 0x1p53) ||", ""),  # the same
    Fault("space", "src/core/space_value.cc", "new_cell < 0 || new_cell > axis.last_cell()", "new_cell < 0"),
    Fault("experiment", "src/cli/toml_document.cc", "c == '\"' || c == '\\\\'", "c == '\"'"),
    Fault("checkpoint", "src/checkpoint/directory_storage.cc", 'name != ".." && ', ""),
]
