import { EmbeddedSource, readReport } from "./data/embedded_source";
import { LiveSource } from "./data/live_source";
import { App } from "./page/app";
import { goToLogin } from "./page/login";
import "./page/app.css";

const report = readReport(document);
const root = document.getElementById("app");
if (root) new App(report ? new EmbeddedSource(report) : new LiveSource(goToLogin), report).start(root);
