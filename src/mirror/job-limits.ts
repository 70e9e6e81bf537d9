import type { HostLimits, HostPolicy } from '../api/hosts.ts';
import type { MirrorJob } from '../api/mirror.ts';
import { parseReference } from '../oci/reference.ts';
import { canonicalHost } from './entry-hosts.ts';

type Limits = NonNullable<MirrorJob['limits']>;

/** A job that takes the limits of its registries along to whoever does it. Of a policy nothing else goes with it. */
export const withLimits = (
  job: MirrorJob,
  policies: Readonly<Record<string, HostPolicy>>,
): MirrorJob => {
  const limits = registriesOf(job).flatMap((registry) => {
    const found = limitsIn(policies, registry);
    return found ? [[registry, found] as const] : [];
  });
  return limits.length === 0 ? job : { ...job, limits: Object.fromEntries(limits) };
};

/** What whoever does a job has to keep to: also that a registry has no limits any more. */
export const limitsOf = (job: MirrorJob): Limits =>
  Object.fromEntries(registriesOf(job).map((registry) => [registry, job.limits?.[registry] ?? {}]));

/** One for `name:port`, else the one for all ports. */
const limitsIn = (
  policies: Readonly<Record<string, HostPolicy>>,
  registry: string,
): HostLimits | undefined => {
  const named = new Map(
    Object.entries(policies).map(([name, policy]) => [canonicalHost(name), policy]),
  );
  const policy = named.get(registry) ?? named.get(registry.replace(/:\d+$/, ''));
  if (!policy) return undefined;
  const limits = LIMITS.flatMap((key) => (policy[key] === undefined ? [] : [[key, policy[key]]]));
  return limits.length === 0 ? undefined : Object.fromEntries(limits);
};

const LIMITS = ['concurrency', 'rate', 'floor'] as const satisfies readonly (keyof HostLimits)[];

const registriesOf = ({ source, target }: MirrorJob): string[] =>
  [source, target].flatMap((name) => {
    const reference = parseReference(name);
    return reference.kind === 'registry' ? [reference.image.registry.toLowerCase()] : [];
  });
