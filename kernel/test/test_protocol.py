"""The official suite for Jupyter kernels (jupyter_kernel_test) against the installed TypeScript kernel.

Every optional feature is declared, so that no test of the suite is skipped.
"""

import jupyter_kernel_test

KERNEL = "typescript"


class TypeScriptKernelTests(jupyter_kernel_test.KernelTests):
    kernel_name = KERNEL
    language_name = "typescript"
    file_extension = ".ts"
    code_hello_world = "console.log('hello, world')"
    code_stderr = "console.error('to stderr')"
    completion_samples = [
        {"text": "Number.isSafe", "matches": {"isSafeInteger"}},
        {"text": "[1].toSor", "matches": {"toSorted"}},
    ]
    complete_code_samples = ["1", "const x = 2;", "function f(y: number) {\n  return y * y;\n}\n"]
    incomplete_code_samples = ["function f() {", "const s = `open", "[1,", "/* open"]
    invalid_code_samples = ["import = 7", "const = 3", "1 +* 2)"]
    code_page_something = "await display.page('something')"
    code_generate_error = "throw new Error('on purpose')"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "[1, 2, 3].map((n) => n * n)", "result": "[ 1, 4, 9 ]"},
        {"code": "[{ a: 1 }]", "mime": "text/html"},
        {"code": "'six'", "result": "'six'"},
    ]
    code_display_data = [
        {"code": "display.html('<b>bold</b>')", "mime": "text/html"},
        {"code": "display.svg('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')", "mime": "image/svg+xml"},
        {"code": "display.markdown('*x*')", "mime": "text/markdown"},
    ]
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "parseInt"
    code_clear_output = "display.clear()"


class TypeScriptWelcomeTests(jupyter_kernel_test.IopubWelcomeTests):
    kernel_name = KERNEL
    support_iopub_welcome = True
