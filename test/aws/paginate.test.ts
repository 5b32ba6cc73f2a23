import { expect, test } from '@jest/globals';
import { collect } from '../../src/aws/paginate.js';

/** So many pages of an item each. */
async function* pages(count: number): AsyncGenerator<{ items: number[] }, void, undefined> {
  for (let page = 0; page < count; page += 1) yield await Promise.resolve({ items: [page] });
}

test('a list is read to its last page', async () => {
  expect(await collect(pages(3), ({ items }) => items)).toEqual([0, 1, 2]);
});

test('a list whose pages always name one more is given up', async () => {
  await expect(collect(pages(Infinity), ({ items }) => items)).rejects.toMatchObject({
    code: 'failed',
    message: expect.stringContaining('A list has not ended after 1000 pages') as unknown,
  });
});
