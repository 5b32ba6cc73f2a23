import updateItem from 'dynalite/actions/updateItem.js';
import * as v from 'valibot';

type Path = readonly (string | number)[];

/** An update expression as dynalite's parser leaves it. */
const checkedSchema = v.looseObject({
  _updates: v.optional(
    v.looseObject({
      sections: v.array(
        v.looseObject({
          type: v.string(),
          path: v.array(v.union([v.string(), v.number()])),
          val: v.exactOptional(v.unknown()),
        }),
      ),
    }),
  ),
});

/**
 * dynalite's UpdateItem, which carries out an expression piece by piece, while every path of the expression means the item as
 * it was (developer guide, "Update expressions"). What is removed from a list moves what stands behind it, so what takes
 * something away comes last, and from the end of each list. And what is set to a part of the item is set to a copy of it.
 */
export const updateItemAsItWas: DynaliteAction = (store, input, callback) => {
  const { _updates, ...rest } = v.parse(checkedSchema, input);
  if (!_updates) {
    updateItem(store, input, callback);
    return;
  }
  const takesAway = ({ type }: { type: string }): boolean => type === 'remove' || type === 'delete';
  const sections = [
    ..._updates.sections.filter((section) => !takesAway(section)).map(withOwnValue),
    ..._updates.sections.filter(takesAway).sort((a, b) => compare(b.path, a.path)),
  ];
  updateItem(store, { ...rest, _updates: { ..._updates, sections } }, callback);
};

/** dynalite puts the value in before it changes anything; of a part of the item that would change with the part. */
function withOwnValue<S extends { readonly val?: unknown }>(section: S): S {
  let { val } = section;
  return {
    ...section,
    get val() {
      return val;
    },
    set val(found) {
      val = structuredClone(found);
    },
  };
}

/** By the first step in which two paths differ, as two of one expression do. */
function compare(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [one, other] = [a[at], b[at]];
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one) < String(other) ? -1 : 1;
}
