import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { pauseOf, type Budget } from '../aws/waiting.js';
import { holdYoungGeneration } from '../aws/young-generation.js';
import { LabError } from '../lab-error.js';
import { limitThatRefused, type EndpointAnswer } from '../tutorial/endpoint.js';
import type { LabEvent } from '../tutorial/operations.js';
import type { Edge } from './edge.js';
import { parseJson } from './values.js';

/** A page of a list as the function gives it; without `Items` where only the number was asked for. */
const Page = v.looseObject({
  Items: v.optional(v.array(v.unknown()), []),
  Count: v.optional(v.number()),
  LastEvaluatedKey: v.optional(v.record(v.string(), v.unknown())),
});

const Payload = v.record(v.string(), v.unknown());

/**
 * What is asked for where no payload is given; whoever gives one has the pages that it says. 10,000 items take 17 MiB beyond
 * what 100 take, and 26 by DynamoDB's megabyte; with fewer on a page a plan's rate would hold up a list sooner.
 */
export const PAGE_PAYLOAD = { Limit: 400 };

/** How long one page is waited for: those of a small table come faster than one caller may ask. */
const RATE_BUDGET: Budget = { ms: 15_000, pauseMs: 1_000 };

/** Asks for a page; `isRepeat` when the same page was asked for just before. */
export type AskForPage = (event: LabEvent, isRepeat: boolean) => Promise<EndpointAnswer>;

const pageIn = ({ status, body }: EndpointAnswer): v.SafeParseResult<typeof Page> =>
  v.safeParse(Page, status === 200 ? parseJson(body) : undefined);

/** How many items a page holds behind which the list goes on; undefined for the last page, and for what is none. */
export function itemsBeforeMore(answer: EndpointAnswer): number | undefined {
  const page = pageIn(answer);
  if (!page.success || page.output.LastEvaluatedKey === undefined) return undefined;
  return page.output.Count ?? page.output.Items.length;
}

/**
 * Asks for a list page by page, each from where the last one ended, and shows the items as they come; no more than one
 * page is ever held. A page that comes too fast for the usage plan is asked for again after a pause.
 * @returns the answer that is no page, if one came, and the members of the document
 * @throws LabError when a page ends where it began: that would go on for ever
 */
export async function invokePages(
  edge: Pick<Edge, 'screen' | 'clock' | 'signal'>,
  event: LabEvent,
  ask: AskForPage,
): Promise<{ answer: EndpointAnswer | undefined; members: Readonly<Record<string, unknown>> }> {
  const { screen } = edge;
  const list = screen.openList('items');
  const payload = v.is(Payload, event.payload) ? event.payload : {};
  let start = payload['ExclusiveStartKey'];
  let [count, pages] = [0, 0];
  for (;;) {
    const next = pages === 0 ? event : { ...event, payload: { ...payload, ExclusiveStartKey: start } };
    const answer = await unhurried(edge, (isRepeat) => ask(next, isRepeat));
    const page = pageIn(answer);
    if (!page.success || 'errorMessage' in page.output) {
      screen.complain(answer.body);
      const response = { status: answer.status, body: parseJson(answer.body), ms: answer.ms };
      return { answer, members: { count, pages, response } };
    }
    for (const item of page.output.Items) await list.add(item);
    count += page.output.Count ?? page.output.Items.length;
    pages += 1;
    const { LastEvaluatedKey: end } = page.output;
    if (end === undefined) {
      screen.progress(
        `${count} ${count === 1 ? 'item' : 'items'} on ${pages} ${pages === 1 ? 'page' : 'pages'}`,
      );
      return { answer: undefined, members: { count, pages } };
    }
    if (isDeepStrictEqual(end, start)) throw goesInCircles(end);
    start = end;
    holdYoungGeneration();
  }
}

/** Asks, and again while the plan's rate refuses and there is time; a used-up quota is not worth it. @returns the last answer */
async function unhurried(
  { screen, clock, signal }: Pick<Edge, 'screen' | 'clock' | 'signal'>,
  ask: (isRepeat: boolean) => Promise<EndpointAnswer>,
): Promise<EndpointAnswer> {
  const end = clock.now() + RATE_BUDGET.ms;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await ask(attempt > 0);
    const pause = pauseOf(RATE_BUDGET, attempt);
    if (limitThatRefused(answer) !== 'rate' || clock.now() + pause > end) return answer;
    if (attempt === 0) screen.progress('Waiting until the usage plan lets more requests through.');
    await clock.sleep(pause, signal);
  }
}

function goesInCircles(key: unknown): LabError {
  return new LabError(
    'not-answered',
    `The list does not go on: a page ends where it began, at ${JSON.stringify(key)}.`,
    {
      hint: 'See what the function answers to one page: `lab-setup invoke list`',
    },
  );
}
