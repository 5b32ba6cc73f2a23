/** ` ana`, or nothing for the plain lab: what stands behind `the lab` in a sentence. */
export const labName = (lab: string): string => (lab === 'default' ? '' : ` ${lab}`);
