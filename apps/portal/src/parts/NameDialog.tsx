import { Form, Input } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { FormDialog } from './FormDialog.tsx';

export interface NameGiven {
  readonly name: string;
  readonly description: string;
}

/** Asks for the name of something, and where it has one for its description. A name that is taken is told at the field. */
export function NameDialog({
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
  now?: { readonly name: string; readonly description?: string };
  hasDescription?: boolean;
  onSave: (given: NameGiven) => Promise<unknown>;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  return (
    <FormDialog<NameGiven>
      title={title}
      ok={ok}
      initial={now ?? {}}
      fields={{ 'name-taken': 'name' }}
      onSave={async ({ name, description }) => {
        await onSave({ name: name.trim(), description: description ?? '' });
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
