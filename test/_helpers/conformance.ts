import { expect, test } from '@jest/globals';

/** One statement about how AWS answers, and where that is known from. */
export interface ConformanceRow {
  readonly what: string;
  /** A recorded answer of AWS, a documentation page, or the service model. */
  readonly evidence: string;
  readonly call: () => Promise<object>;
  /** The status of success; 200 when absent. */
  readonly status?: number;
  /** All members of the answer, those returned unasked included. */
  readonly answer?: object;
  readonly error?: { readonly name: string; readonly status: number; readonly message: unknown };
}

/** Claims each row: the success status with exactly these members, or the error with its code, status and words. */
export function claim(rows: readonly ConformanceRow[]): void {
  test.each(rows)('$what ($evidence)', async ({ call, status: success = 200, answer, error }) => {
    if (error) {
      const { name, status, message } = error;
      await expect(call()).rejects.toMatchObject({ name, message, $metadata: { httpStatusCode: status } });
      return;
    }
    const got = await call();
    expect(got).toMatchObject({ $metadata: { httpStatusCode: success } });
    expect({ ...got, $metadata: undefined }).toEqual({ ...answer });
  });
}
