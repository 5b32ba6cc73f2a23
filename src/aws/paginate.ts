import { holdYoungGeneration } from './young-generation.js';

/** Every item of every page. The one way that lab-setup lists: a first page alone misses things (aws-facts 6.1). */
export async function collect<Page, Item>(
  pages: AsyncIterable<Page>,
  itemsOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const all: Item[] = [];
  let count = 0;
  for await (const page of pages) {
    count += 1;
    if (count > 1) holdYoungGeneration();
    all.push(...(itemsOf(page) ?? []));
  }
  return all;
}

/** The largest page that API Gateway gives (aws-facts 6.1). */
export const API_GATEWAY_PAGE = 500;
