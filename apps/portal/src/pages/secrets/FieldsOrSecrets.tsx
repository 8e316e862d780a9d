import type { FormInstance } from 'antd';
import { useState } from 'react';
import { type Field, takesSecret } from '../../parts/schema/fields.ts';
import { SchemaFields } from '../../parts/schema/SchemaForm.tsx';
import { SecretField } from '../../parts/schema/SecretField.tsx';
import type { SecretNamed } from '../../parts/schema/SecretSelect.tsx';
import { usePermission } from '../../shell/permission.ts';
import { AddSecret } from './AddSecret.tsx';

/** The fields of a schema, where a secret may stand in the place of a secret value; one can be made on the way. */
export function FieldsOrSecrets({
  form,
  fields,
  values,
  below,
  kept = [],
  used = {},
}: {
  form: Pick<FormInstance, 'setFieldValue'>;
  fields: readonly Field[];
  /** What the form holds now, to know which fields apply. */
  values: Readonly<Record<string, unknown>>;
  /** Where the values stand in the form; secrets stand below `secrets`, and which of both is meant below `from`. */
  below: string;
  /** Secret values that are saved already; leaving them empty keeps them. */
  kept?: readonly string[];
  /** Secrets that stand in the place of values now. */
  used?: Readonly<Record<string, SecretNamed>>;
}) {
  const may = usePermission();
  /** The field that a secret is being made for, and the secrets made so far. */
  const [adding, setAdding] = useState<Field>();
  const [made, setMade] = useState<readonly SecretNamed[]>([]);
  const known = [...Object.values(used), ...made];
  const secretField = (field: Field) => {
    const [name = ''] = field.path;
    if (!takesSecret(field) || (used[name] === undefined && !may('secret.use'))) return undefined;
    return (
      <SecretField
        field={field}
        below={below}
        used={used[name]}
        isSaved={kept.includes(name)}
        known={known}
        onAdd={() => setAdding(field)}
      />
    );
  };
  return (
    <>
      <SchemaFields fields={fields} values={values} below={below} kept={kept} instead={secretField} />
      {adding && (
        <AddSecret
          kind={adding.kind.is === 'lines' ? 'ssh-key' : 'text'}
          onMade={(secret) => {
            setMade((before) => [...before, secret]);
            form.setFieldValue(['secrets', adding.path[0] ?? ''], secret.id);
          }}
          onClose={() => setAdding(undefined)}
        />
      )}
    </>
  );
}
