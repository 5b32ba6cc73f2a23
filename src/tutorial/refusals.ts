import { LabError } from '../lab-error.js';

/** Somebody made a thing of our name by hand between our look and our create. */
export function madeByHand(what: string): LabError {
  return new LabError('made-by-hand', `${what} was made by hand meanwhile: lab-setup does not touch it.`, {
    hint: 'Delete or rename it, or choose another lab with --lab NAME; then run `lab-setup up` again.',
  });
}
