/** Of Node's process, what tells of such failures. */
interface Listenable {
  on(event: 'uncaughtException', hear: (error: Error) => void): unknown;
}

/** What the command itself has to say is said within this time: it knows more of what went wrong. */
const OWN_WORDS_MS = 300;

/**
 * Rejects with what fails where nobody waits for it: of a profile that asks for an MFA code, for one, the SDK looks up the
 * source profile and does not wait for it. Node would end the process with a page of built code. Once the command has
 * concluded, nobody hears it any more.
 */
export function strayFailure(process: Listenable): Promise<never> {
  return new Promise((_, reject) => {
    process.on('uncaughtException', (error) => setTimeout(() => reject(error), OWN_WORDS_MS));
  });
}
