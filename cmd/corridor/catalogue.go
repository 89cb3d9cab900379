package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/g60-corridor/corridor/ent/membership"
	"github.com/g60-corridor/corridor/internal/demo"
	"github.com/g60-corridor/corridor/internal/ident"
	"github.com/g60-corridor/corridor/internal/identity"
)

type migrateCmd struct{ place }

// Run brings the schema up to date.
func (c *migrateCmd) Run(ctx context.Context) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	fmt.Println("The schema is up to date.")
	return db.Close()
}

type seedCmd struct{ place }

// Run plants the demo catalogue.
func (c *seedCmd) Run(ctx context.Context) error {
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	planted, err := demo.Plant(ctx, db, time.Now())
	if err != nil {
		return err
	}
	if planted {
		fmt.Println("The demo catalogue is planted. All of it is invented and marked as demo.")
	} else {
		fmt.Println("There is a demo catalogue already; nothing was changed.")
	}
	return nil
}

type operatorCmd struct {
	Create operatorCreateCmd `cmd:"" help:"Make a person of a market operator, and the operator if it is new."`
}

type operatorCreateCmd struct {
	place
	Email  string `required:"" help:"Address to sign in with."`
	Name   string `required:"" help:"The person's name."`
	USCC   string `required:"" name:"uscc" help:"Unified social credit code of the operator."`
	NameZH string `name:"operator-zh" help:"The operator's name in Chinese, if it is new."`
	NameEN string `name:"operator-en" help:"The operator's name in English, if it is new."`
	City   string `help:"Its region code, such as 310117, if it is new."`
}

// Help shows an example.
func (operatorCreateCmd) Help() string {
	return `The password comes from CORRIDOR_OPERATOR_PASSWORD, from a prompt, or from standard input; never from the
command line, where others could read it.

  corridor operator create --email anna@exchange.example --name 安娜 --uscc 91310117MAD0000X07 \
    --operator-zh 某某技术交易所 --operator-en "Some Technology Exchange" --city 310117`
}

// Run makes the operator.
func (c *operatorCreateCmd) Run(ctx context.Context) error {
	if _, err := ident.ParseUSCC(c.USCC); err != nil {
		return fmt.Errorf("--uscc: %w", err)
	}
	password, err := readPassword()
	if err != nil {
		return err
	}
	db, err := c.open(ctx)
	if err != nil {
		return err
	}
	defer db.Close()
	people, err := identity.New(identity.Options{Database: db, Now: time.Now, Cost: identity.Cost})
	if err != nil {
		return err
	}
	p, err := people.CreateOperator(ctx,
		identity.NewOrganisation{NameZH: c.NameZH, NameEN: c.NameEN, USCC: c.USCC, City: c.City},
		identity.NewPerson{Email: c.Email, NameZH: c.Name, Role: membership.RoleADMINISTRATOR, Password: password})
	if err != nil {
		return err
	}
	fmt.Printf("%s may sign in now and make lots.\n", p.Email)
	return nil
}

func readPassword() (string, error) {
	if p := os.Getenv("CORRIDOR_OPERATOR_PASSWORD"); p != "" {
		return p, nil
	}
	if fd := int(os.Stdin.Fd()); term.IsTerminal(fd) {
		fmt.Fprint(os.Stderr, "Password (at least 10 characters): ")
		p, err := term.ReadPassword(fd)
		fmt.Fprintln(os.Stderr)
		return string(p), err
	}
	line, err := bufio.NewReader(os.Stdin).ReadString('\n')
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", errors.Join(errors.New("no password came on standard input"), err)
	}
	return line, nil
}
