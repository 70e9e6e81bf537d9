import type { ValueChange } from '../api/diff.ts';
import type { Image } from '../oci/image.ts';
import { settingsOf, showSetting, type Setting } from './config-members.ts';
import { isSemantic } from './semantic.ts';

/** Compares what two images say beside their layers and their history, setting by setting. */
export const compareConfig = (
  before: Image,
  after: Image,
  { semantic }: { readonly semantic: boolean },
): ValueChange[] => {
  const isCounted = (setting: Setting): boolean => !semantic || isSemantic(setting);
  const changes = compareSettings(
    settingsOf(before).filter(isCounted),
    settingsOf(after).filter(isCounted),
  );
  const order = semantic ? [] : compareOrder(before, after, changes);
  return [...changes, ...order];
};

/** By member and key, in the order of the first list, then of the second. Of a key that is there twice the last counts. */
export const compareSettings = (
  before: readonly Setting[],
  after: readonly Setting[],
): ValueChange[] => {
  const [old, now] = [byName(before), byName(after)];
  return [...new Map([...old, ...now]).keys()].flatMap((name): ValueChange[] => {
    const [a, b] = [old.get(name), now.get(name)];
    if (a?.value === b?.value) return [];
    const { member, key } = (b ?? a) as Setting;
    return [
      {
        kind: a ? (b ? 'changed' : 'removed') : 'added',
        member,
        ...(key !== undefined && { key }),
        ...(a && { before: showSetting(a) }),
        ...(b && { after: showSetting(b) }),
      },
    ];
  });
};

const byName = (settings: readonly Setting[]): Map<string, Setting> =>
  new Map(settings.map((setting) => [JSON.stringify([setting.member, setting.key]), setting]));

/** Programs find variables by name, but their order is part of the config. */
const compareOrder = (
  before: Image,
  after: Image,
  changes: readonly ValueChange[],
): ValueChange[] => {
  const changed = new Set(changes.flatMap(({ member, key }) => (member === 'env' ? [key] : [])));
  const names = ({ config }: Image): string =>
    config.value.runtime.env
      .map((pair) => pair.split('=', 1)[0] as string)
      .filter((name) => !changed.has(name))
      .join('\0');
  return names(before) === names(after) ? [] : [{ kind: 'reordered', member: 'env' }];
};
