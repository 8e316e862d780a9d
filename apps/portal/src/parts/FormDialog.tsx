import type { FailureCode } from '@pileus/model/failure';
import { Form, type FormInstance, Modal } from 'antd';
import { type ReactNode, useState } from 'react';
import { useLanguage } from '../i18n/index.ts';
import { markFields } from './mark-fields.ts';
import { ProblemBox } from './ProblemBox.tsx';

interface FormDialogProps<Values extends object> {
  readonly title: string;
  /** What the button says that does it. */
  readonly ok: string;
  readonly width?: number;
  /** Where what is asked depends on what was given so far. */
  readonly form?: FormInstance<Values>;
  readonly initial?: Partial<Values>;
  /** Which field a whole failure is about. */
  readonly fields?: { readonly [C in FailureCode]?: keyof Values & string };
  readonly children: ReactNode;
  /** Closes the dialog itself, or shows what comes next. */
  readonly onSave: (given: Values) => Promise<unknown>;
  readonly onClose: () => void;
}

/** Asks for some values; what they are refused for is told beside the field it is about, else below them all. */
export function FormDialog<Values extends object>(props: FormDialogProps<Values>) {
  const { title, ok, width, initial, fields, children, onSave, onClose } = props;
  const language = useLanguage();
  const [form] = Form.useForm<Values>(props.form);
  const [problem, setProblem] = useState<Error>();
  const [busy, setBusy] = useState(false);
  const save = async (given: Values) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await onSave(given);
    } catch (error) {
      if (!markFields(form, error, language, fields))
        setProblem(error instanceof Error ? error : new Error(String(error)));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal
      open
      width={width ?? 520}
      title={title}
      onCancel={onClose}
      // What was typed is not lost by a click beside it.
      mask={{ closable: false }}
      okText={ok}
      okButtonProps={{ loading: busy }}
      onOk={() => form.submit()}
    >
      <Form<Values>
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={initial ?? {}}
        style={{ paddingTop: 4 }}
        onFinish={(given) => void save(given)}
      >
        {children}
        {problem && <ProblemBox error={problem} />}
        {/* With several fields, Enter needs a button that submits. */}
        <button type="submit" hidden />
      </Form>
    </Modal>
  );
}
