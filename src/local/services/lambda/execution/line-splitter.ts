/** A line without an end is cut here, so that it cannot fill the memory. */
const MAX_LINE = 262_118;

/** Cuts raw output into lines, each with its line break. */
export class LineSplitter {
  #rest = '';

  constructor(private readonly onLine: (line: string) => void) {}

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    for (const line of lines) this.onLine(`${line}\n`);
    if (this.#rest.length > MAX_LINE) this.end();
  }

  /** The last line may have no line break. */
  end(): void {
    if (this.#rest !== '') this.onLine(`${this.#rest}\n`);
    this.#rest = '';
  }
}
