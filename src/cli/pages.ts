import { LabError } from '../lab-error.js';
import type { EndpointAnswer } from '../tutorial/endpoint.js';
import type { LabEvent } from '../tutorial/operations.js';
import type { Screen } from './screen.js';
import { parseJson } from './values.js';
import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';

/** A page of a list as the function gives it; without `Items` where only the number was asked for. */
const Page = v.looseObject({
  Items: v.optional(v.array(v.unknown()), []),
  Count: v.optional(v.number()),
  LastEvaluatedKey: v.optional(v.record(v.string(), v.unknown())),
});

const Payload = v.record(v.string(), v.unknown());

/**
 * Asks for a list page by page, each from where the last one ended, and shows the items as they come; no more than one
 * page is ever held.
 * @returns the answer that is no page, if one came, and the members of the document
 * @throws LabError when a page ends where it began: that would go on for ever
 */
export async function invokePages(
  screen: Screen,
  event: LabEvent,
  ask: (event: LabEvent) => Promise<EndpointAnswer>,
): Promise<{ answer: EndpointAnswer | undefined; members: Readonly<Record<string, unknown>> }> {
  const list = screen.openList('items');
  const payload = v.is(Payload, event.payload) ? event.payload : {};
  let start = payload['ExclusiveStartKey'];
  let [count, pages] = [0, 0];
  for (;;) {
    const answer = await ask(
      pages === 0 ? event : { ...event, payload: { ...payload, ExclusiveStartKey: start } },
    );
    const page = v.safeParse(Page, answer.status === 200 ? parseJson(answer.body) : undefined);
    if (!page.success || 'errorMessage' in page.output) {
      screen.complain(answer.body);
      const response = { status: answer.status, body: parseJson(answer.body), ms: answer.ms };
      return { answer, members: { count, pages, response } };
    }
    for (const item of page.output.Items) await list.add(item);
    count += page.output.Count ?? page.output.Items.length;
    pages += 1;
    const { LastEvaluatedKey: next } = page.output;
    if (next === undefined) {
      screen.progress(
        `${count} ${count === 1 ? 'item' : 'items'} on ${pages} ${pages === 1 ? 'page' : 'pages'}`,
      );
      return { answer: undefined, members: { count, pages } };
    }
    if (isDeepStrictEqual(next, start)) throw goesInCircles(next);
    start = next;
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
