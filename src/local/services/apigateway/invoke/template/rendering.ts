import type { JavaPattern, JavaPatterns } from '../java-regex.js';
import type { Node, TemplateParser } from './syntax.js';
import type { Value } from './values.js';
import type { Work, WorkLimits } from './work.js';

export interface Macro {
  readonly parameters: readonly string[];
  readonly body: readonly Node[];
}

/** What renderings share. */
export interface RenderingTools {
  readonly parse: TemplateParser;
  readonly patterns: JavaPatterns;
  /** What one rendering may cost. */
  readonly limits: WorkLimits;
}

/** One rendering under way. */
export interface Rendering {
  readonly variables: Map<string, Value>;
  /** The variables of the loops and macros that we are in, the innermost last. */
  readonly scopes: Map<string, Value>[];
  readonly definitions: Map<string, readonly Node[]>;
  readonly macros: Map<string, Macro>;
  readonly work: Work;
  /** Patterns, with one budget of time for all their uses. */
  readonly pattern: (source: string) => JavaPattern;
  /** The text of a double-quoted string: its references are rendered. */
  readonly renderText: (text: string) => string;
  isBroken: boolean;
}

export function lookUp({ scopes, variables }: Rendering, name: string): Value {
  return (scopes.findLast((scope) => scope.has(name)) ?? variables).get(name);
}
