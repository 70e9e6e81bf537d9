import { headerOf, type HttpResponse } from '../http/exchange.ts';

/** What a host says of one of its limits. Times are milliseconds. */
export interface AnnouncedLimit {
  /** Tells the limits of a host apart. */
  readonly name: string;
  readonly remaining: number;
  readonly limit?: number | undefined;
  /** Until all of the limit is there again. */
  readonly reset?: number | undefined;
  readonly window?: number | undefined;
  /** Whether only GETs of manifests count, as on Docker Hub, whose HEADs tell it nevertheless. */
  readonly countsPulls: boolean;
}

/**
 * Reads the limits in an answer, however they are written: `RateLimit` with `RateLimit-Policy`, the three fields of
 * earlier drafts, those of Docker Hub, and the `X-RateLimit` ones. `now` is milliseconds since the epoch.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/
 * @see https://docs.docker.com/docker-hub/usage/pulls/
 */
export const readLimits = (response: HttpResponse, now: number): readonly AnnouncedLimit[] => {
  // Most hosts announce none.
  if (!Object.keys(response.headers).some((name) => name.includes('ratelimit'))) return [];
  const structured = readStructured(response);
  if (structured.length > 0) return structured;
  return readThree(response, '', now) ?? readThree(response, 'x-', now) ?? [];
};

/** `"default";r=50;t=30, "daily";r=900;t=3600`, or `limit=100, remaining=50, reset=30` before draft 8. */
const readStructured = (response: HttpResponse): readonly AnnouncedLimit[] => {
  const items = parseItems(headerOf(response, 'ratelimit'));
  const policies = new Map(
    parseItems(headerOf(response, 'ratelimit-policy')).map(({ value, parameters }) => [
      value,
      parameters,
    ]),
  );
  const named = items.flatMap(({ value, parameters: { r, t } }) => {
    const policy = policies.get(value);
    return r === undefined
      ? []
      : [
          limitOf({
            name: value,
            remaining: r,
            reset: t,
            limit: policy?.['q'],
            window: policy?.['w'],
          }),
        ];
  });
  if (named.length > 0) return named;
  const members = Object.fromEntries(items.map(({ value }) => value.split('=', 2))) as Record<
    string,
    string | undefined
  >;
  const remaining = numberOf(members['remaining']);
  if (remaining === undefined) return [];
  const [limit, reset] = [numberOf(members['limit']), numberOf(members['reset'])];
  return [limitOf({ name: '', remaining, limit, reset })];
};

/** `RateLimit-Limit: 100, 100;w=60`, `RateLimit-Remaining: 50` and `RateLimit-Reset: 30`. */
const readThree = (
  response: HttpResponse,
  prefix: string,
  now: number,
): readonly AnnouncedLimit[] | undefined => {
  const field = (name: string) => parseItems(headerOf(response, `${prefix}ratelimit-${name}`))[0];
  const left = field('remaining');
  const remaining = numberOf(left?.value);
  if (remaining === undefined) return undefined;
  const limits = parseItems(headerOf(response, `${prefix}ratelimit-limit`));
  const window =
    left?.parameters['w'] ?? limits.find(({ parameters }) => parameters['w'])?.parameters['w'];
  const reset = numberOf(field('reset')?.value);
  // Seconds from now, by the drafts; many servers send the time itself.
  const isTime = reset !== undefined && reset > FIRST_TIME;
  return [
    limitOf({
      name: '',
      remaining,
      limit: numberOf(limits[0]?.value),
      reset: isTime ? Math.max(reset - now / SECOND, 0) : reset,
      window,
      // Nobody else writes the window beside what is left.
      countsPulls: left?.parameters['w'] !== undefined,
    }),
  ];
};

interface Found {
  readonly name: string;
  readonly remaining: number;
  readonly limit?: number | undefined;
  /** Seconds. */
  readonly reset?: number | undefined;
  readonly window?: number | undefined;
  readonly countsPulls?: boolean | undefined;
}

const limitOf = ({
  name,
  remaining,
  limit,
  reset,
  window,
  countsPulls = false,
}: Found): AnnouncedLimit => ({
  name,
  remaining,
  limit,
  reset: reset === undefined ? undefined : reset * SECOND,
  window: window === undefined ? undefined : window * SECOND,
  countsPulls,
});

interface Item {
  readonly value: string;
  /** Those that are numbers. */
  readonly parameters: Readonly<Record<string, number | undefined>>;
}

/**
 * A list of items with parameters, as far as these fields have them.
 * @see https://www.rfc-editor.org/rfc/rfc9651#section-3.1
 */
const parseItems = (text: string | undefined): Item[] =>
  (text ?? '')
    .slice(0, MAX_LENGTH)
    .split(',', MAX_ITEMS)
    .map((item) => {
      const [value = '', ...parameters] = item.split(';').map((part) => part.trim());
      const numbers = parameters.map((one) => {
        const [name = '', number] = one.split('=', 2);
        return [name, numberOf(number)] as const;
      });
      return { value: value.replace(/^"(.*)"$/, '$1'), parameters: Object.fromEntries(numbers) };
    })
    .filter(({ value }) => value !== '');

const numberOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,12}$/.test(text.trim()) ? Number(text) : undefined;

const SECOND = 1000;
const MAX_LENGTH = 1000;
const MAX_ITEMS = 10;
/** Seconds since the epoch in 2001; as seconds from now it would be decades. */
const FIRST_TIME = 1e9;
