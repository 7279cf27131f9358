// SPDX-License-Identifier: GPL-3.0-or-later
// fettle: the window.
int main()
{
    return 0;
}
