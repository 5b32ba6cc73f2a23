/** ` --lab ana`, or nothing for the plain lab: what a command that is quoted to the reader ends with. */
export const labFlag = (lab: string): string => (lab === 'default' ? '' : ` --lab ${lab}`);
