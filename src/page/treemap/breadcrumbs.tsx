import { pathTo, type Group, type Grouping } from '../data/groups.ts';
import { addressOf } from '../data/place.ts';

const ROOTS = { folder: '/', package: 'All packages', layer: 'All layers' };

/** The way from the root to the group that is shown. */
export const Breadcrumbs = ({
  group,
  grouping,
}: {
  readonly group: Group;
  readonly grouping: Grouping;
}) => {
  const steps = [{ name: ROOTS[grouping], key: '' }, ...pathTo(group)];
  return (
    <nav aria-label="Breadcrumbs" class="breadcrumbs">
      <ol>
        {steps.map(({ name, key }, at) => (
          <li key={key}>
            {at === steps.length - 1 ? (
              <span aria-current="location">
                <bdi>{name}</bdi>
              </span>
            ) : (
              <a href={addressOf({ grouping, key })}>
                <bdi>{name}</bdi>
              </a>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
};
