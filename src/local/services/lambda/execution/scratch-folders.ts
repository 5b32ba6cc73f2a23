import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { uuid } from '../../../ids.js';
import { removeFolder } from '../../../remove-folder.js';

/** The temporary folders of one version's processes: AWS leaves that of one that broke down to the next. */
export class ScratchFolders {
  readonly #root: string;
  readonly #keepMs: number;
  readonly #kept = new Map<string, NodeJS.Timeout>();
  #closed = false;

  constructor(options: { root: string; /** How long one waits for a process. */ keepMs: number }) {
    this.#root = options.root;
    this.#keepMs = options.keepMs;
  }

  take(): string {
    const [kept] = this.#kept.keys();
    if (kept !== undefined) {
      this.#forget(kept);
      return kept;
    }
    const folder = join(this.#root, uuid());
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** The process is gone. */
  giveBack(folder: string, { brokeDown }: { brokeDown: boolean }): void {
    if (brokeDown && !this.#closed) {
      this.#kept.set(folder, setTimeout(() => this.#remove(folder), this.#keepMs).unref());
    } else this.#remove(folder);
  }

  /** Nothing is kept from now on. */
  close(): void {
    this.#closed = true;
    for (const folder of [...this.#kept.keys()]) this.#remove(folder);
  }

  #remove(folder: string): void {
    this.#forget(folder);
    void removeFolder(folder);
  }

  #forget(folder: string): void {
    clearTimeout(this.#kept.get(folder));
    this.#kept.delete(folder);
  }
}
