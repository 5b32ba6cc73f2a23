import { LabError } from '../lab-error.js';
import { holdYoungGeneration } from './young-generation.js';

/** Far more than any list has here: the 10,000 API keys that an account may have are 20. */
const MOST_PAGES = 1_000;

/**
 * Every item of every page. The one way that lab-setup lists: a first page alone misses things (aws-facts 6.1).
 * @throws LabError for pages without end, as of a server that does not know the token it has given
 */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    if (count > 1) holdYoungGeneration();
    if (count > MOST_PAGES) throw endless();
    all.push(...(itemsOf(page) ?? []));
  }
  return all;
}

const endless = (): LabError =>
  new LabError('failed', `A list has not ended after ${MOST_PAGES} pages: each named one more.`, {
    hint: 'AWS’s own lists end: check --endpoint-url, and whether that server knows pages.',
  });

/** The largest page that API Gateway gives (aws-facts 6.1). */
export const API_GATEWAY_PAGE = 500;
