import updateItem from 'dynalite/actions/updateItem.js';
import * as v from 'valibot';

type Path = readonly (string | number)[];

/** An update expression as dynalite's parser leaves it. */
const checkedSchema = v.looseObject({
  _updates: v.optional(
    v.looseObject({
      sections: v.array(
        v.looseObject({ type: v.string(), path: v.array(v.union([v.string(), v.number()])) }),
      ),
    }),
  ),
});

/**
 * dynalite's UpdateItem, which carries out an expression piece by piece: what is removed from a list moves what stands
 * behind it, while every index of the expression means the list as it was (developer guide, "Update expressions").
 * So what takes something away comes last, and from the end of each list.
 */
export const updateItemAsItWas: DynaliteAction = (store, input, callback) => {
  const { _updates, ...rest } = v.parse(checkedSchema, input);
  if (!_updates) {
    updateItem(store, input, callback);
    return;
  }
  const takesAway = ({ type }: { type: string }): boolean => type === 'remove' || type === 'delete';
  const sections = [
    ..._updates.sections.filter((section) => !takesAway(section)),
    ..._updates.sections.filter(takesAway).sort((a, b) => compare(b.path, a.path)),
  ];
  updateItem(store, { ...rest, _updates: { ..._updates, sections } }, callback);
};

/** By the first step in which two paths differ, as two of one expression do. */
function compare(a: Path, b: Path): number {
  const at = a.findIndex((step, index) => step !== b[index]);
  const [one, other] = [a[at], b[at]];
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return String(one) < String(other) ? -1 : 1;
}
