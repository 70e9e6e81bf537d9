/** What an edit is about, as its option is called. */
export type EditedMember =
  | 'env'
  | 'label'
  | 'annotation'
  | 'entrypoint'
  | 'cmd'
  | 'user'
  | 'workdir'
  | 'expose'
  | 'volume'
  | 'stop-signal'
  | 'healthcheck'
  | 'created'
  | 'build-arg';

/** One change of an image's documents. Values may be secret, so they are not told. */
export interface AppliedEdit {
  readonly member: EditedMember;
  /** Of a variable, label, annotation or build argument; a port or path. */
  readonly name?: string | undefined;
  readonly action: 'set' | 'unset';
}

/** What options changed of an image before it is looked at. */
export interface DocumentEdits {
  readonly applied: readonly AppliedEdit[];
  /** Of the manifest: to set, or to remove where there is no value. */
  readonly annotations: Readonly<Record<string, string | undefined>>;
}

/** Whether a manifest needs a place for annotations, which Docker's have none of. */
export const addsAnnotations = (edits: DocumentEdits | undefined): boolean =>
  Object.values(edits?.annotations ?? {}).some((text) => text !== undefined);

/** The annotations of a manifest as edits make them. */
export const editedAnnotations = (
  annotations: Readonly<Record<string, string>>,
  edits: DocumentEdits | undefined,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries({ ...annotations, ...edits?.annotations }).filter(
      ([, text]) => text !== undefined,
    ),
  );
