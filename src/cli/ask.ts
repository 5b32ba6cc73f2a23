import { createInterface } from 'node:readline/promises';
import { nameOf } from '../aws/errors.js';
import { LabError } from '../lab-error.js';
import type { Edge } from './edge.js';

/**
 * Asks on the terminal; anything but `y` and `yes` is a no.
 * @throws LabError `interrupted` on Ctrl-C and Ctrl-D, and when the terminal goes away; `undone` says what did not happen, such as `nothing was deleted`
 */
export async function ask(edge: Edge, question: string, undone: string): Promise<boolean> {
  const prompt = createInterface({ ...edge.terminal() });
  const interrupted = (cause?: unknown): LabError =>
    new LabError('interrupted', `Interrupted: ${undone}.`, { cause });
  // A question is not answered, and not refused either, when its input ends.
  const ended = new Promise<never>((_, reject) => prompt.once('close', () => reject(interrupted())));
  try {
    const answered = prompt.question(`${question} [y/N] `, { signal: edge.signal });
    return /^y(es)?$/i.test((await Promise.race([answered, ended])).trim());
  } catch (error) {
    // The cursor stands behind the question.
    edge.screen.complain('');
    // On a terminal readline takes Ctrl-C and Ctrl-D for itself.
    throw nameOf(error) === 'AbortError' ? interrupted(error) : error;
  } finally {
    prompt.close();
  }
}
