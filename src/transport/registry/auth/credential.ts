/**
 * What a user logs in with.
 *
 * - `basic`: user name and password (or access token in its place)
 * - `identity`: a refresh token of an OAuth2 token server
 * - `registry`: a bearer token used as it is
 */
export type Credential =
  | { readonly kind: 'basic'; readonly username: string; readonly password: string }
  | { readonly kind: 'identity'; readonly token: string }
  | { readonly kind: 'registry'; readonly token: string };

export const basicHeader = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
