/** A text that is shown nowhere by accident: neither JSON nor a log of it tells more than that it is one. */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }
}
