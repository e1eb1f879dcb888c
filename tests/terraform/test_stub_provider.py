"""What the stand-in for the provider finds: a configuration that passes is worth as much as what fails."""

import pytest

MAIN = "terraform/modules/roles/main.tf"
GRANTS = "terraform/modules/rights/main.tf"
NAMED = '  name    = "STORE_${upper(each.key)}${var.suffix}"\n'


@pytest.mark.parametrize(
    ("file", "text", "other", "message"),
    [
        (MAIN, NAMED, NAMED + '  owner   = "SYSADMIN"\n', 'An argument named "owner" is not expected here'),
        (MAIN, NAMED, "", 'The argument "name" is required'),
        (MAIN, "comment = each.value", "comment = [each.value]", "Inappropriate value for attribute"),
        (GRANTS, "  on_schema {", "  on_account = true\n  on_schema {", "exactly one of on_account"),
        (GRANTS, '  privileges        = ["SELECT"]\n', "", "one of privileges and all_privileges is wanted"),
    ],
)
def test_a_mistake_is_found(make_workspace, file, text, other, message):
    workspace = make_workspace()
    workspace.edit(file, text, other)
    workspace.in_environment("dev", "init")
    assert message in workspace.failure("dev", "validate")
