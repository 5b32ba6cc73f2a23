import * as v from 'valibot';
import { recordOf } from '../record-of.js';

/** The facts that conditions and policy variables ask about, such as `aws:SourceArn`; their names are compared without case. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

/** The values of one fact; undefined when nobody knows it. */
export function valuesOf(context: RequestContext, name: string): readonly string[] | undefined {
  const wanted = name.toLowerCase();
  const found = Object.entries(context).find(([key]) => key.toLowerCase() === wanted)?.[1];
  return typeof found === 'string' ? [found] : found;
}

/**
 * Puts in policy variables such as `${aws:PrincipalAccount}` or `${aws:PrincipalTag/team, 'none'}` (IAM user guide,
 * "variables and tags"). One without a value and without a default stays as it is and fits nothing.
 */
export function substitute(pattern: string, context: RequestContext): string {
  if (!pattern.includes('${')) return pattern;
  return pattern.replace(
    /\$\{\s*([^},\s]+)\s*(?:,\s*'([^'}]*)'\s*)?\}/g,
    (whole, name: string, fallback: string | undefined) => {
      const values = valuesOf(context, name);
      return (values?.length === 1 ? values[0] : undefined) ?? fallback ?? whole;
    },
  );
}

const tagsSchema = v.union([
  v.pipe(
    v.array(v.object({ Key: v.string(), Value: v.string() })),
    v.transform((tags) => tags.map(({ Key, Value }): [string, string] => [Key, Value])),
  ),
  v.pipe(
    recordOf(v.string(), v.string()),
    v.transform((tags) => Object.entries(tags)),
  ),
]);

/** The tags that a request brings, as condition keys: lists of Key and Value, or maps, under the services' own names. */
export function requestTags(input: Readonly<Record<string, unknown>>): RequestContext {
  const sent = input['Tags'] ?? input['tags'];
  const sentKeys = input['TagKeys'] ?? input['tagKeys'];
  // Few operations have any.
  if (sent === undefined && sentKeys === undefined) return {};
  const tags = v.safeParse(tagsSchema, sent);
  const keys = v.safeParse(v.array(v.string()), sentKeys);
  const given = tags.success ? tags.output : [];
  const named = [...given.map(([key]) => key), ...(keys.success ? keys.output : [])];
  return {
    ...Object.fromEntries(given.map(([key, value]) => [`aws:RequestTag/${key}`, value])),
    ...(named.length > 0 ? { 'aws:TagKeys': named } : {}),
  };
}
