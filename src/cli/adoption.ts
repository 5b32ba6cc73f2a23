import { canBeAdopted, type Adoption } from '../engine/adopt.js';
import { LabError } from '../lab-error.js';
import { shellWord } from '../shell-word.js';
import type { Stranger } from '../tutorial/step.js';
import { ask } from './ask.js';
import type { Context } from './context.js';
import { labName } from './lab-name.js';
import { flagsOf } from './place-flags.js';
import { choicesIn } from './render/next.js';

export interface AdoptOptions {
  /** Take over what was made by hand. */
  readonly adopt: boolean;
  /** Of several of one name, those that are meant. */
  readonly adoptIds: readonly string[];
  /** Do not ask. */
  readonly yes: boolean;
  readonly dryRun: boolean;
}

/**
 * What `--adopt` allows; undefined without it. In a real account it asks before anything is tagged.
 * @throws LabError `usage` when it would have to ask and there is no terminal
 */
export function adoptionOf(
  context: Context,
  { adopt, adoptIds, yes, dryRun }: AdoptOptions,
  beforeAsking: () => void,
): Adoption | undefined {
  const { edge, target } = context;
  if (!adopt && adoptIds.length > 0) {
    throw new LabError('usage', '--adopt-id says which thing --adopt is to take over.', {
      hint: `Say both: \`lab-setup up --adopt --adopt-id ${shellWord(adoptIds[0] ?? 'ID')}\``,
    });
  }
  if (!adopt) return undefined;
  const asks = target.kind === 'aws' && !yes;
  if (asks && !dryRun && !edge.screen.interactive) throw needsYes(context);
  return {
    ids: adoptIds,
    confirm: async (strangers) => {
      if (!asks) return true;
      beforeAsking();
      return confirm(context, strangers);
    },
  };
}

function needsYes({ target }: Context): LabError {
  const where = target.endpoint ?? 'a real account';
  const message = `up --adopt takes over things in ${where}, and there is no terminal to ask on.`;
  return new LabError('usage', message, {
    hint: 'Say that you mean it: `lab-setup up --adopt --yes`',
  });
}

async function confirm({ edge, place, lab }: Context, strangers: readonly Stranger[]): Promise<boolean> {
  const { screen } = edge;
  const tell = (text: string): void => screen.complain(screen.err.prose(text));
  tell(
    `This takes over for the lab${labName(lab.name)}, in account ${place.account}, region ${place.region}:`,
  );
  for (const { what } of strangers) tell(`  ${what}`);
  tell(
    'Their settings become the lab’s, and code is replaced after a copy of it was kept; items stay. `lab-setup down` then removes them, but not the table.',
  );
  return ask(edge, 'Adopt all of it?', 'nothing was touched');
}

/** Why `up` touched nothing, and what the reader can do about it. */
export function refusal(
  { here, lab }: Pick<Context, 'here' | 'lab'>,
  strangers: readonly Stranger[],
  { adopt: adopting, adoptIds }: Pick<AdoptOptions, 'adopt' | 'adoptIds'>,
): LabError {
  const names = strangers.map(({ what, owner, unfit }) => [what, owner ?? unfit].filter(Boolean).join(': '));
  const isAnothers = strangers.every(({ owner }) => owner !== undefined);
  const whose = isAnothers ? 'Another lab’s' : 'Made by hand, not by lab-setup';
  const message = `${whose}: ${names.join(', ')}. Nothing was touched.`;
  // Of that lab no record says that it is to be here.
  const clear = isAnothers ? 'Take that lab down where it is' : 'Delete or rename what you no longer need';
  const leave = `${clear}, or build beside it: \`lab-setup up --lab NAME${flagsOf(here)}\``;
  const adoptable = strangers.filter(canBeAdopted);
  if (adoptable.length === 0) return new LabError('made-by-hand', message, { hint: leave });
  // What was said already is said again: of several names with several things each would undo the choice of another.
  const ids = [...adoptIds, adoptable[0]?.id ?? ''].map((id) => `--adopt-id ${shellWord(id)}`).join(' ');
  const again = `lab-setup up --adopt${choicesIn({ lab })}`;
  const adopt = adopting
    ? `Several bear one name: say which one is meant, as in \`${again} ${ids}\``
    : `Let the lab take it over: \`${again}\``;
  return new LabError('made-by-hand', message, { hint: `${adopt}\n      ${leave}` });
}
