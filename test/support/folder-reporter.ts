/**
 * One line a folder of tests instead of one a file, so that a whole run fits a screen; failures are shown in full.
 * While it runs a terminal shows what is under way, as vitest does. A run of few files shows each of them.
 */
import path from "node:path";
import { styleText } from "node:util";
import { DefaultReporter, type TestModule, type TestSpecification } from "vitest/node";

/** Runs of fewer files than this show every file. */
const MANY = 20;

type Folder = { files: number; waiting: number; tests: number; failed: boolean };

export default class FolderReporter extends DefaultReporter {
  readonly #folders = new Map<string, Folder>();

  override onTestRunStart(specifications: readonly TestSpecification[]): void {
    this.#folders.clear();
    if (specifications.length >= MANY) {
      for (const { moduleId } of specifications) {
        const folder = this.#folderAt(moduleId);
        folder.files += 1;
        folder.waiting += 1;
      }
    }
    super.onTestRunStart(specifications);
  }

  override printTestModule(module: TestModule): void {
    if (this.#folders.size === 0 || module.state() === "failed") super.printTestModule(module);
    if (this.#folders.size === 0) return;
    const folder = this.#folderAt(module.moduleId);
    folder.waiting -= 1;
    folder.tests += [...module.children.allTests()].length;
    folder.failed ||= module.state() === "failed";
    if (folder.waiting === 0) this.log(line(this.#nameOf(module.moduleId), folder));
  }

  #folderAt(moduleId: string): Folder {
    const name = this.#nameOf(moduleId);
    const known = this.#folders.get(name);
    if (known !== undefined) return known;
    const folder = { files: 0, waiting: 0, tests: 0, failed: false };
    this.#folders.set(name, folder);
    return folder;
  }

  /** First folder below `test`; "test" for what lies beside the folders. */
  #nameOf(moduleId: string): string {
    const [first, ...rest] = path
      .relative(path.join(this.ctx.config.root, "test"), moduleId)
      .split(path.sep);
    return rest.length === 0 || first === undefined ? "test" : `test/${first}`;
  }
}

function line(name: string, { files, tests, failed }: Folder): string {
  const mark = failed ? styleText("red", "✗") : styleText("green", "✓");
  const counts = `${String(tests).padStart(4)} tests in ${files} ${files === 1 ? "file" : "files"}`;
  return ` ${mark} ${name.padEnd(18)} ${styleText("dim", counts)}`;
}
