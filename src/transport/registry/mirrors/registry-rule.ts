/** One `[[registry]]`: where images whose name begins with `prefix` are pulled from. */
export interface RegistryRule {
  readonly prefix: string;
  /** Empty: where the name says. */
  readonly location: string;
  readonly insecure: boolean;
  readonly blocked: boolean;
  readonly 'mirror-by-digest-only': boolean;
  /** In the order to try. */
  readonly mirror: readonly Mirror[];
}

export interface Mirror {
  readonly location: string;
  readonly insecure: boolean;
  readonly 'pull-from-mirror': 'all' | 'digest-only' | 'tag-only';
}
