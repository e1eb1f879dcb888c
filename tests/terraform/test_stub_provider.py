"""What the stand-in for the provider finds: a configuration that passes is worth as much as what fails."""

import pytest

ROLES = "modules/roles"
RIGHTS = "modules/rights"
NAMED = '  name    = "STORE_${upper(each.key)}${var.suffix}"\n'


@pytest.mark.parametrize(
    ("module", "text", "other", "message"),
    [
        (ROLES, NAMED, NAMED + '  owner   = "SYSADMIN"\n', 'An argument named "owner" is not expected here'),
        (ROLES, NAMED, "", 'The argument "name" is required'),
        (ROLES, "comment = each.value", "comment = [each.value]", "Inappropriate value for attribute"),
        (RIGHTS, "  on_schema {", "  on_account = true\n  on_schema {", "exactly one of on_account"),
        (RIGHTS, '  privileges        = ["SELECT"]\n', "", "one of privileges and all_privileges is wanted"),
    ],
)
def test_a_mistake_is_found(make_workspace, module, text, other, message):
    workspace = make_workspace()
    workspace.edit(f"terraform/{module}/main.tf", text, other)
    assert workspace.run(module, "init").returncode == 0
    done = workspace.run(module, "validate")
    assert done.returncode != 0
    assert message in workspace.in_one_line(done)
