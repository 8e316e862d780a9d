/** Keys and item numbers from the root: `['topology_template', 'node_templates', 'web', 'properties', 'port']`. */
export type EditPath = readonly (string | number)[];

/** Why an edit cannot be made, as a sentence. */
export class EditRefused extends Error {
  override readonly name = 'EditRefused';
}
