#include <fmt/format.h>

#include <filesystem>

#include "cli/commands.h"
#include "cli/locate.h"
#include "cli/terminal.h"
#include "cli/write_file.h"
#include "pbt/error.h"
#include "view/mlflow.h"
#include "view/tensorboard.h"

namespace pbt {
namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw Error(fmt::format("cannot make the folder {}: {}", folder.string(), error.message()));
}

}  // namespace

int command_export_tensorboard(const FolderExportOptions& options) {
  const OpenRun run = open_run(options.target);
  make_folder(options.folder);
  TensorBoardLog(options.folder, run.experiment).update(*run.reader);
  print(fmt::format("wrote {}; look at it with `tensorboard --logdir {}`\n", options.folder, options.folder));
  return 0;
}

int command_export_mlflow(const FolderExportOptions& options) {
  const OpenRun run = open_run(options.target);
  const fs::path folder = fs::absolute(options.folder).lexically_normal();
  write_mlflow(run.experiment, *run.reader, folder.string(), [&](const std::string& path, const std::string& text) {
    make_folder((folder / path).parent_path());
    write_file(folder / path, text);
  });
  print(fmt::format("wrote {}; look at it with `MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri file:{}`\n",
                    options.folder, folder.string()));
  return 0;
}

}  // namespace pbt
