import { createInterface } from 'node:readline/promises';
import { nameOf } from '../aws/errors.js';
import { LabError } from '../lab-error.js';
import type { Edge } from './edge.js';

/**
 * Asks on the terminal; anything but `y` and `yes` is a no.
 * @throws LabError `interrupted` on Ctrl-C and Ctrl-D; `undone` says what did not happen, such as `nothing was deleted`
 */
export async function ask(edge: Edge, question: string, undone: string): Promise<boolean> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await prompt.question(`${question} [y/N] `, { signal: edge.signal });
    return /^y(es)?$/i.test(answer.trim());
  } catch (error) {
    // On a terminal readline takes Ctrl-C and Ctrl-D for itself.
    if (nameOf(error) !== 'AbortError') throw error;
    throw new LabError('interrupted', `Interrupted: ${undone}.`, { cause: error });
  } finally {
    prompt.close();
  }
}
