import { setFlagsFromString } from 'node:v8';

/**
 * The limits of the heap come as flags of V8 (execution/node-flags.ts). Now that the heap has them, the flags go back to
 * what they are by default, and the limits stay. With other flags than those V8 would not take the compiled code that Node
 * keeps of its own modules: to compile them anew is 9 of the 63 ms that the shipped function takes to start.
 */
for (const flag of ['--max-old-space-size=0', '--max-semi-space-size=0']) setFlagsFromString(flag);
