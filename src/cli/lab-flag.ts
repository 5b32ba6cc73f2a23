/** ` --lab ana`, or nothing for the plain lab: what a command that is quoted to the reader ends with. */
export const labFlag = (lab: string): string => (lab === 'default' ? '' : ` --lab ${lab}`);

/** ` ana`, or nothing for the plain lab: what stands behind `the lab` in a sentence. */
export const labName = (lab: string): string => (lab === 'default' ? '' : ` ${lab}`);
