/** A line without an end is cut here, so that it cannot fill the memory. */
const MAX_LINE = 262_118;

/** More than the log of one invocation takes (limits.ts): a flood of line breaks is not even cut into lines. */
const MAX_LINES = 20_000;

/** Cuts raw output into lines, each with its line break. */
export class LineSplitter {
  #rest = '';
  #lines = 0;

  constructor(private readonly onLine: (line: string) => void) {}

  push(text: string): void {
    const all = this.#rest + text;
    let start = 0;
    for (let end = all.indexOf('\n'); end >= 0; end = all.indexOf('\n', start)) {
      if (this.#lines >= MAX_LINES) break;
      this.#take(all.slice(start, end));
      start = end + 1;
    }
    this.#rest = this.#lines < MAX_LINES ? all.slice(start) : '';
    if (this.#rest.length > MAX_LINE) this.#cut();
  }

  /** The last line may have no line break. What comes next belongs to another invocation. */
  end(): void {
    this.#cut();
    this.#lines = 0;
  }

  #cut(): void {
    if (this.#rest !== '') this.#take(this.#rest);
    this.#rest = '';
  }

  #take(line: string): void {
    this.#lines += 1;
    this.onLine(`${line}\n`);
  }
}
