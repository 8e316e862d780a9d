/** Something with an id and a name, as others name it. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

/** Whom policies are attached to. */
export interface Principal extends Named {
  readonly kind: 'user' | 'group' | 'service-account';
}
