import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { messageOf } from '../../aws/errors.js';
import { partitionOf, type Place } from '../../aws/target.js';
import { status as lookAt, type StatusReport } from '../../engine/status.js';
import { LabError } from '../../lab-error.js';
import { describeLab, type Lab } from '../../tutorial/lab.js';
import { unknownGiven, ZIP_FILE } from '../../tutorial/lesson.js';
import { leastPersonPolicy, TO_ADOPT, TO_REPAIR } from '../../tutorial/permissions.js';
import type { CommandResult } from '../command.js';
import type { Context } from '../context.js';
import type { Edge } from '../edge.js';
import { EXIT } from '../exit-codes.js';
import { checkFlags, type GlobalFlags, type Request } from '../flags.js';
import { createFile, readRecord, type LabRecord } from '../home.js';
import { chapterOf, CHAPTERS, show, type Chapter } from '../lessons.js';
import { urlOf } from '../located.js';
import { findTarget } from '../place.js';
import { toLabError } from '../render/error.js';
import { stepMembers } from '../render/json.js';
import { lessonLines } from '../render/lesson.js';
import { contentsLine, outcomeText } from '../render/lines.js';
import { adoptionIn } from '../render/next.js';
import { shippedHandler } from '../shipped.js';
import { thingIn } from '../thing-in.js';
import { walkOf } from '../walk.js';

export interface StepsOptions {
  /** A number or an id; undefined for the table of contents. */
  readonly step: string | undefined;
  /** The policy of who runs the lab, instead. */
  readonly policy: boolean;
  /** The function's code into a file, instead. */
  readonly zip: boolean;
  readonly flags: GlobalFlags;
  readonly open: () => Promise<Context>;
}

/** The tutorial. Only the state of the steps needs an AWS that answers; all else is told without one. */
export async function steps(edge: Edge, options: StepsOptions): Promise<CommandResult> {
  const request = checkFlags(options.flags);
  const chapter = options.step === undefined ? undefined : chapterOf(options.step);
  const lab = describeLab(request.lab);
  refuseMixtures(options, chapter);
  const record = await readRecord(edge.home, request.lab);
  if (options.policy) return policy(edge, { lab, request, record });
  if (options.zip) return writeZip(edge);
  if (chapter) return lesson(edge, chapter, { lab, region: request.region ?? record?.region });
  return contents(edge, { request, record, open: options.open });
}

function refuseMixtures(
  { step, policy: wantsPolicy, zip }: StepsOptions,
  chapter: Chapter | undefined,
): void {
  if (wantsPolicy && (step !== undefined || zip)) {
    throw new LabError('usage', '--policy is for the whole lab.', {
      hint: 'Print it with `lab-setup steps --policy`.',
    });
  }
  if (zip && chapter?.id !== 'function') {
    throw new LabError('usage', '--zip goes with the step function, whose code it writes.', {
      hint: 'Say `lab-setup steps function --zip`.',
    });
  }
}

/** For a region or an account that is not known the policy holds in each: names scope it all the same. */
const ANY = '*';

/** Who may write a role and pass it is as good as an administrator, and whoever hands the policy out must know it. */
const WHAT_IT_GIVES =
  'Who has it can give the lab’s role any permission and run code with it, and so do anything in the account. For people who may not, make a role yourself: of the statement Role keep what reads, put your role into PassedRole, and have them say `lab-setup up --role-arn ARN`.';

/** JSON alone on standard output, so that it can go into a file. */
function policy(
  { screen }: Edge,
  known: { lab: Lab; request: Request; record: LabRecord | undefined },
): CommandResult {
  const { lab, request, record } = known;
  const region = request.region ?? record?.region;
  const place: Place = {
    partition: partitionOf(region),
    account: record?.account ?? ANY,
    region: region ?? ANY,
  };
  const document = leastPersonPolicy(lab, place);
  screen.result(JSON.stringify(document, null, 2));
  screen.progress(screen.err.prose(WHAT_IT_GIVES));
  screen.progress(
    screen.err.prose(
      `It is enough for up, test-echo, invoke, curl, items, logs, status and down. Repairing by up also needs ${TO_REPAIR.join(', ')}; taking over a managed policy by up --adopt, and down after it, ${TO_ADOPT.join(', ')} as well.`,
    ),
  );
  return { exitCode: EXIT.ok, members: { policy: document } };
}

async function writeZip(edge: Edge): Promise<CommandResult> {
  const { zip } = await (await shippedHandler(edge.package)).archive();
  try {
    await createFile(ZIP_FILE, zip);
  } catch (error) {
    const there = await readFile(ZIP_FILE).catch(() => undefined);
    if (there?.equals(zip) !== true) throw notWritten(error);
  }
  const file = resolve(ZIP_FILE);
  edge.screen.result(`The function’s code is in ${file}.`);
  return { exitCode: EXIT.ok, members: { file } };
}

function notWritten(cause: unknown): LabError {
  return new LabError('failed', `${ZIP_FILE} was not written: ${messageOf(cause)}`, {
    hint: 'Go to a folder that you may write, with room on its disk and no other file of this name.',
    cause,
  });
}

async function lesson(
  edge: Edge,
  chapter: Chapter,
  { lab, region }: { lab: Lab; region: string | undefined },
): Promise<CommandResult> {
  const { screen } = edge;
  const given = unknownGiven(lab, await (await shippedHandler(edge.package)).archive(), partitionOf(region));
  const shown = show(chapter.lesson, given);
  for (const line of lessonLines(chapter, shown, { lab, pen: screen.out })) screen.result(line);
  const { number, id, title } = chapter;
  const { what, why, clicks, today, notes, before = [], look } = chapter.lesson;
  const { unbroken } = screen.out;
  const member = {
    ...{ number, id, title, before },
    ...{ what: unbroken(what), why: unbroken(why), clicks: clicks.map(unbroken) },
    ...{ today: today.map(unbroken), notes: notes.map(unbroken) },
    calls: shown.calls,
    first: shown.first,
    aws: shown.lines,
    look: { console: look.console, note: look.note && unbroken(look.note), aws: shown.look },
  };
  return { exitCode: EXIT.ok, members: { lesson: member } };
}

async function contents(
  edge: Edge,
  how: { request: Request; record: LabRecord | undefined; open: () => Promise<Context> },
): Promise<CommandResult> {
  const { screen } = edge;
  const seen = await states(edge, how);
  const reports = new Map(seen.report?.steps.map((report) => [report.id, report]));
  for (const { number, id, title } of CHAPTERS) {
    const report = reports.get(id);
    const state = report ? outcomeText(report, screen.out.paint) : '';
    screen.result(contentsLine({ number, id, name: title }, state, screen.out));
  }
  for (const { id, error } of reports.values()) {
    if (error !== undefined)
      screen.progress(screen.err.prose(`${id} could not be looked at: ${toLabError(error).message}`));
  }
  if (seen.why !== undefined) screen.progress(screen.err.prose(seen.why));
  const goThrough = `\`lab-setup up --step${adoptionIn(seen.report?.steps ?? [])}\``;
  screen.progress(
    screen.err.prose(`Read a step with \`lab-setup steps 1\`; go through them with ${goThrough}.`),
  );
  const lab = describeLab(how.request.lab);
  const members = CHAPTERS.map(({ number, id, title, nameIn }) => {
    const report = reports.get(id);
    const unseen = { number, id, name: nameIn(lab), outcome: null, differences: [], ms: 0 };
    return { ...(report ? stepMembers([report])[0] : unseen), title };
  });
  return { exitCode: EXIT.ok, members: { steps: members, ...urlMember(seen) } };
}

/** What a look at the lab found; or why there was none. */
interface Seen {
  readonly context?: Context;
  readonly report?: StatusReport;
  readonly why?: string;
}

/** The table of contents is no reason to start a server, and none to fail: without an AWS that answers it has no states. */
async function states(
  edge: Edge,
  {
    request,
    record,
    open,
  }: { request: Request; record: LabRecord | undefined; open: () => Promise<Context> },
): Promise<Seen> {
  try {
    if (!(await findTarget(edge, request, record))) {
      return {
        why: 'The local AWS is not running, so how the steps stand is not shown: `lab-setup status` starts it and looks.',
      };
    }
    const context = await open();
    const report = await lookAt(walkOf(context, () => undefined));
    edge.signal.throwIfAborted();
    return { context, report };
  } catch (error) {
    if (edge.signal.aborted) throw error;
    const { message } = toLabError(error);
    return { why: `How the steps stand is not shown: ${message}` };
  }
}

function urlMember({ context, report }: Seen): { invokeUrl?: string } {
  const api = report && thingIn(report.things, 'api');
  const stage = report && thingIn(report.things, 'deployment');
  return context && api && stage ? { invokeUrl: urlOf(context, api, stage) } : {};
}
