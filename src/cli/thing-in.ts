import type { StepId, Things } from '../tutorial/step.js';

/**
 * What a walk learned of one step's thing. The engine carries things without their types; here they get them back. By itself,
 * so that a command which walks no steps does not load them.
 */
export function thingIn<Id extends StepId>(
  things: ReadonlyMap<string, unknown>,
  id: Id,
): Things[Id] | undefined {
  return things.get(id) as Things[Id] | undefined;
}
