// Before all tests: records the experiments with the real program, and serves them.
import { recorded } from "./experiments";
import { House } from "./house";

export default async function record(): Promise<() => Promise<void>> {
  const house = House.temporary();
  const experiments = Object.entries(recorded(process.env["PBT_LANDER"]));
  await Promise.all(experiments.map(async ([name, text]) => house.pbt("run", house.write(`${name}.toml`, text))));
  const server = await house.serve("--port", "0");
  process.env["PBT_BROWSER_FOLDER"] = house.folder;
  process.env["PBT_BROWSER_URL"] = server.url;
  return async () => {
    await server.stop();
    house.remove();
  };
}
