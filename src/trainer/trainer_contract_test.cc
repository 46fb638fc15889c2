#include "tests/contract/trainer_contract.h"

#include "trainer/test_programs.h"

namespace pbt {
namespace {

std::unique_ptr<Trainer> make_command(const std::string& fault, const std::filesystem::path& logs) {
  return make_command_trainer(command_options(
      {faulty_trainer, fault, "--once", "load={load}", "save={save}", "steps={steps}", "from_step={from_step}",
       "seed={seed}", "result={result}", "learning_rate={learning_rate}", "momentum={momentum}"},
      logs));
}

INSTANTIATE_TEST_SUITE_P(Kinds, TrainerContract,
                         testing::Values(TrainerUnderTest{"Function",
                                                          [](const std::string& fault, const std::filesystem::path&) {
                                                            return make_function_trainer(toy::make_toy(fault), 1);
                                                          }},
                                         TrainerUnderTest{
                                             "Session",
                                             [](const std::string& fault, const std::filesystem::path& logs) {
                                               return make_session_trainer(session_options({fault}, logs));
                                             }},
                                         TrainerUnderTest{"Command", make_command}),
                         [](const auto& kind) { return kind.param.name; });

}  // namespace
}  // namespace pbt
