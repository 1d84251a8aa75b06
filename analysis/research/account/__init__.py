"""The account review (document 3, 案例3): CRM, tickets, mail and usage of one customer joined into what a renewal talk needs."""
