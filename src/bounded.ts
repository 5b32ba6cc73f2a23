/**
 * All that a server answers, up to so many bytes: one that goes on without end would fill the memory.
 * @throws Error for a longer answer, of which nothing more is read; and what the stream fails with
 */
export async function bounded(answer: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > most) throw new Error(`the answer is longer than ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
