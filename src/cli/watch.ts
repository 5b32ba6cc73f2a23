/** `status --watch`: the steps in place while the learner works, what to do next, and what has changed. */
import type { StepReport } from '../engine/events.js';
import { status as lookAt, type StatusReport } from '../engine/status.js';
import { LabError } from '../lab-error.js';
import type { CommandResult } from './command.js';
import type { Context } from './context.js';
import { EXIT } from './exit-codes.js';
import { labName } from './lab-name.js';
import { toLabError } from './render/error.js';
import { differenceText, stepLine } from './render/lines.js';
import type { Live } from './render/live.js';
import { sayingLines, unreadLines } from './render/teaching.js';
import type { Screen } from './screen.js';
import { cureOf, teach, type Saying } from './teaching.js';
import { lookingOf } from './walk.js';

/**
 * From the end of one look to the next, in ms. A look is some twenty calls, and a class of thirty shares its account's ten
 * calls a second to API Gateway: in a real account it is seldom, and after a look that a quota held up more seldom.
 */
const PAUSES = { local: 1_000, aws: { first: 10_000, longest: 120_000 } } as const;

/** How many changes are kept on the screen. */
const MAX_CHANGES = 6;

/** @throws LabError `usage` where nothing can be written over, and where a key would stay in sight as long */
export function refuseWatch(screen: Screen, showKey: boolean): Live {
  if (showKey) {
    throw new LabError('usage', 'status --watch shows no key.', {
      hint: 'Look once: `lab-setup status --show-key`',
    });
  }
  if (screen.live) return screen.live();
  throw new LabError('usage', 'status --watch needs a terminal that it can write over, and writes no JSON.', {
    hint: 'Look once: `lab-setup status`',
  });
}

/** Looks again and again until Ctrl-C, and changes nothing. */
export async function watch(context: Context, live: Live): Promise<CommandResult> {
  const { clock, signal } = context.edge;
  const waits = new Set<string>();
  context.onWait((text) => waits.add(text));
  let pause: number = context.target.kind === 'local' ? PAUSES.local : PAUSES.aws.first;
  let before: ReadonlySet<string> | undefined;
  let changes: readonly string[] = [];
  let last: readonly string[] = [];
  try {
    while (!signal.aborted) {
      waits.clear();
      const report = await lookAt(lookingOf(context, () => undefined));
      if (report.interrupted) break;
      const taught = teach(context, report);
      const faults = new Set(faultsIn(report, taught));
      if (before) changes = [...changesOf(before, faults, clock.now()), ...changes].slice(0, MAX_CHANGES);
      before = faults;
      if (waits.size > 0) pause = Math.min(pause * 2, PAUSES.aws.longest);
      const seen = { report, taught, changes };
      const heading = headingOf(context, pause);
      last = frame(context, seen, report.steps);
      // What to do next must be seen, in a small window as well.
      live.show([...heading, ...last], [...heading, ...frame(context, seen, faulty(report, taught))]);
      await clock.sleep(pause, signal).catch(() => undefined);
    }
  } finally {
    live.end();
    // The terminal has come back as it was; what was last seen is left on it.
    for (const line of last) context.edge.screen.result(line);
  }
  return { exitCode: EXIT.interrupted };
}

type Taught = ReadonlyMap<string, readonly Saying[]>;

/** What is not in order, each in one line. */
const faultsIn = ({ steps }: StatusReport, taught: Taught): string[] =>
  steps.flatMap(({ id, outcome }) => [
    ...(outcome === 'missing' || outcome === 'failed' ? [`${id} ${outcome}`] : []),
    ...(taught.get(id) ?? []).flatMap(({ difference, isFault }) =>
      isFault && difference ? [`${id} ${differenceText(difference)}`] : [],
    ),
  ]);

/** The newest first. */
function changesOf(before: ReadonlySet<string>, now: ReadonlySet<string>, at: number): string[] {
  const time = new Date(at).toTimeString().slice(0, 8);
  return [
    ...[...before].filter((each) => !now.has(each)).map((each) => `${time}  no longer: ${each}`),
    ...[...now].filter((each) => !before.has(each)).map((each) => `${time}  now: ${each}`),
  ];
}

/** The steps of which something is to be put right. */
const faulty = ({ steps }: StatusReport, taught: Taught): readonly StepReport[] =>
  steps.filter(
    ({ id, outcome }) => outcome === 'failed' || (taught.get(id) ?? []).some(({ isFault }) => isFault),
  );

function headingOf({ edge, lab, place }: Context, pause: number): string[] {
  const heading = `Watching the lab${labName(lab.name)} in account ${place.account}, region ${place.region}, every ${pause / 1000} s; Ctrl-C ends it.`;
  return [...edge.screen.out.prose(heading).split('\n'), ''];
}

function frame(
  context: Context,
  seen: { report: StatusReport; taught: Taught; changes: readonly string[] },
  shown: readonly StepReport[],
): string[] {
  const { report, taught, changes } = seen;
  const { out } = context.edge.screen;
  const hidden = report.steps.length - shown.length;
  const lines = [
    ...shown.map((step) => stepLine(step, out)),
    ...(hidden === 0 ? [] : [out.paint('dim', `    ${hidden} in order`)]),
    '',
    ...nextLines(context, report, taught),
    ...(changes.length === 0
      ? []
      : [
          '',
          out.paint('dim', 'What has changed:'),
          ...changes.map((each) => out.prose(`  ${each}`, { hang: 12 })),
        ]),
  ];
  return lines.flatMap((line) => line.split('\n'));
}

/** The first thing to put right: one at a time, as one clicks. */
function nextLines(context: Context, { ok, steps }: StatusReport, taught: Taught): string[] {
  const { out } = context.edge.screen;
  if (ok) return [out.paint('green', 'Every step is in order.')];
  for (const step of steps) {
    if (step.outcome === 'failed') {
      return [`Step ${step.number}, ${step.id}:`, ...unreadLines(toLabError(step.error), out)];
    }
    const first = taught.get(step.id)?.find(({ isFault }) => isFault);
    if (!first) continue;
    const advice = first.advice && { ...first.advice, commands: cureOf(context, [first]) };
    return [`Next: step ${step.number}, ${step.id}`, ...sayingLines({ ...first, advice }, undefined, out)];
  }
  return [out.prose('There is no lab here yet. Build it in the console, or with `lab-setup up`.')];
}
