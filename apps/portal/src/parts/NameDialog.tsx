import { Form, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from './FormDialog.tsx';

export interface NameGiven {
  readonly name: string;
  readonly description: string;
}

/** Asks for the name of something, and where it has one for its description. A name that is taken is told at the field. */
export function NameDialog<Now extends { readonly name: string; readonly description?: string }>({
  title,
  ok,
  label,
  hint,
  now,
  hasDescription = false,
  onSave,
  onClose,
}: {
  title: string;
  ok: string;
  /** What the name is of. */
  label: string;
  hint?: ReactNode;
  now?: Now;
  hasDescription?: boolean;
  /** `seen` is what `now` was when this was opened: others may change it meanwhile. */
  onSave: (given: NameGiven, seen: Now | undefined) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  // Others may change it while this is open; what is saved rests on what was seen.
  const [seen] = useState(now);
  return (
    <FormDialog<NameGiven>
      title={title}
      ok={ok}
      initial={seen ?? {}}
      fields={{ 'name-taken': 'name' }}
      onSave={async ({ name, description }) => {
        await onSave({ name: name.trim(), description: description ?? '' }, seen);
        onClose();
      }}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={label}
        extra={hint}
        rules={[{ required: true, whitespace: true, message: t('access.nameNeeded') }, { max: 100 }]}
      >
        <Input autoFocus autoComplete="off" />
      </Form.Item>
      {hasDescription && (
        <Form.Item name="description" label={t('common.description')} rules={[{ max: 1000 }]}>
          <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} />
        </Form.Item>
      )}
    </FormDialog>
  );
}
